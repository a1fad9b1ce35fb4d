import { readHostPort } from '../../../lib/core/addresses/host';

/**
 * Hosts as two jobs can be compared by, whichever port they use. @param list as settings have it; a text is an environment variable that is
 * not known yet
 */
export function hostTargets(list: readonly string[] | string): string[] {
    const entries = typeof list === 'string' ? [list] : list;
    return entries.map((entry) => `host ${readHostPort(entry, 1)?.host ?? entry}`);
}
