/** What brains are called. Without the schema: the page of commands shows it. */

/** The agent CLIs that can be a brain under their own name. */
export const agentNames = ['claude', 'codex', 'gemini', 'opencode', 'copilot', 'qwen'] as const;

/** What can be named as a brain, in words. */
export const brainForms = `anthropic, ${agentNames.join(', ')}, acp:<shell command>, command:<shell command> or scripted:<file>`;

/** What a brain of these names, or of any of the others, looks like. */
export function anyBrain(...names: readonly string[]): RegExp {
  return new RegExp(`^(${[...names, ...agentNames, 'scripted:.+', 'command:.+', 'acp:.+'].join('|')})$`, 's');
}
