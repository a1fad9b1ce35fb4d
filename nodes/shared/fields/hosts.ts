import { readHostPort } from '../../../lib/core/addresses/host';

/** Hosts as two jobs can be compared by, whichever port they use. */
export function hostTargets(list: readonly string[]): string[] {
    return list.map((entry) => `host ${readHostPort(entry, 1)?.host ?? entry}`);
}
