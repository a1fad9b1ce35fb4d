import { readHostPort } from '../../../lib/core/addresses/host';

/** Hosts in a form that can be compared between jobs, without the port. */
export function hostTargets(list: readonly string[]): string[] {
    return list.map((entry) => `host ${readHostPort(entry, 1)?.host ?? entry}`);
}
