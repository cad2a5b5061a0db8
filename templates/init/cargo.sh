
# Crates are kept beside what is built: the checks have a HOME of their own.
CARGO_HOME="$PWD/target/cargo-home" cargo fetch
