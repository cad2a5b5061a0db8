#!/bin/sh
# Brings a clean checkout to the point where the checks can run. `agentloop init` wrote it; it is yours to change.
# It must be safe to run twice, ask nothing, and change no committed file.
set -eu
cd "$(dirname "$0")"
