#!/bin/sh
# Given to cargo as its rustdoc: where that runs the examples of the documentation, they are told to the judge.
real=$(dirname -- "$CARGO")/rustdoc
[ -x "$real" ] || real=rustdoc
for word in "$@"; do
  if [ "$word" = --test ] && command -v node >/dev/null; then
    exec node "$(dirname -- "$0")/../rustdoc.cjs" "$real" "$@"
  fi
done
exec "$real" "$@"
