import { checkPlace } from './check-place';
import { isPlain, isRaw, type Faults } from './map-fault';

const KEYS: ReadonlySet<string> = new Set(['at', 'values', 'orAbsent']);

/** Checks when an item counts. @param allRows the item is for all rows of a column */
export function checkCondition(when: unknown, allRows: boolean, faults: Faults): void {
    if (!isPlain(when)) return faults.add('when');
    faults.unknownKeys(when, KEYS);
    const { at, values, orAbsent } = when;
    checkPlace(at, faults);
    const isList = values === undefined || (Array.isArray(values) && values.length > 0 && values.every(isRaw));
    if (!isList || (orAbsent !== undefined && typeof orAbsent !== 'boolean')) faults.add('when');
    if (isPlain(at) && at.row === '*' && !allRows) faults.add('whenRow');
}
