#!/bin/sh
# Given to cargo as the program that runs what was built. Tests are asked what they are; all else is run as it is.
case "$1" in
  */deps/*) command -v node >/dev/null && exec node "$(dirname -- "$0")/../cargo.cjs" "$@" ;;
esac
exec "$@"
