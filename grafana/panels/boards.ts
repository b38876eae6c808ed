/** Uids of the dashboards; links, bookmarks and alerts rest on them. */
export const DASHBOARD_UIDS = {
  executive: 'costspan-executive',
  owner: 'costspan-owner',
  overview: 'costspan-overview',
  showback: 'costspan-showback',
  agents: 'costspan-agents',
  budgets: 'costspan-budgets',
  traces: 'costspan-traces',
} as const;

export type BoardKey = keyof typeof DASHBOARD_UIDS;

/** More numbers than a board needs, so that two titles hardly ever meet at one. */
const ID_SPACE = 1_000_000;

/**
 * The id of the panel with this title, which must be the only one on its board. It rests on nothing
 * but the title, so that links to a panel live on when others come and go.
 */
export function panelId(title: string): number {
  // FNV-1a, which spreads short texts well.
  let hash = 0x811c9dc5;
  for (const unit of title) {
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  }
  return ((hash >>> 0) % ID_SPACE) + 1;
}

/**
 * Path and query of one panel, alone on the screen. Labels can be added as `&var-team=…`. The tests
 * of the dashboards see that the panel exists.
 */
export function panelLink(board: BoardKey, title: string): string {
  return `/d/${DASHBOARD_UIDS[board]}?viewPanel=${panelId(title)}`;
}
