/** Numbers of a version, prerelease and build left out: `1.12.0-beta.1` is 1, 12, 0. */
function numbersOf(version: string): number[] {
  const [plain = ''] = version.split(/[-+]/);
  return plain
    .split('.')
    .filter((part) => /^\d+$/.test(part))
    .map(Number);
}

/** Below 0 when `version` is older than `bound`, 0 when within it (`7.57.0` is within `7`), else above. */
export function compareVersions(version: string, bound: string): number {
  const actual = numbersOf(version);
  for (const [index, part] of numbersOf(bound).entries()) {
    const difference = (actual[index] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}

export type VersionFit = 'older' | 'within' | 'newer' | 'unknown';

/** Where `version` stands to a range such as `4 to 7` or `0.27 to 1.x`. */
export function fitRange(version: string | undefined, range: string): VersionFit {
  const [low, high = low] = range.split(/\s+to\s+/);
  if (version === undefined || low === undefined || high === undefined) return 'unknown';
  if (numbersOf(version).length === 0 || numbersOf(low).length === 0) return 'unknown';
  if (compareVersions(version, low) < 0) return 'older';
  return compareVersions(version, high) > 0 ? 'newer' : 'within';
}
