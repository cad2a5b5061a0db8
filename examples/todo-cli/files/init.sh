#!/bin/sh
# Nothing to install: the sources and the tests need Node alone.
set -eu
node --version
