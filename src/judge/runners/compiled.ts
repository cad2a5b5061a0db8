import type { Adapter } from './adapter.ts';
import { runnerAdapter } from './runner-adapter.ts';

/**
 * go test, through a `go` of ours before the real one on PATH, which adds -json and prints what would be printed
 * without it. The test files of a package share a process, and can reach into each other before any test runs.
 */
export const goTest: Adapter = runnerAdapter({
  name: 'go-test',
  isolated: false,
  ask: () => ({ files: { 'bin/go': 'reporters/go.sh', 'go.cjs': 'reporters/go.cjs' }, programs: true }),
});

const machines = { x64: 'x86_64', arm64: 'aarch64' } as Readonly<Record<string, string>>;
const systems = ['unknown-linux-gnu', 'unknown-linux-musl', 'apple-darwin'];

/** cargo test, through the variables in which cargo is told who runs what it has built. */
export const cargoTest: Adapter = runnerAdapter({
  name: 'cargo-test',
  isolated: true,
  ask({ folder }) {
    const machine = machines[process.arch];
    // Cargo takes the value apart at blanks.
    if (machine === undefined || /\s/.test(folder)) return {};
    const variable = (system: string) =>
      `CARGO_TARGET_${`${machine}-${system}`.toUpperCase().replaceAll('-', '_')}_RUNNER`;
    return {
      files: {
        'bin/agentloop-cargo': 'reporters/cargo.sh',
        'bin/agentloop-rustdoc': 'reporters/rustdoc.sh',
        'cargo.cjs': 'reporters/cargo.cjs',
        'rustdoc.cjs': 'reporters/rustdoc.cjs',
      },
      env: {
        ...Object.fromEntries(systems.map((system) => [variable(system), `${folder}/bin/agentloop-cargo`])),
        RUSTDOC: `${folder}/bin/agentloop-rustdoc`,
      },
    };
  },
});
