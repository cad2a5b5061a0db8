/** How `agentloop report` tells of a run. */
export const reportFormats = ['md', 'html', 'json', 'junit'] as const;
