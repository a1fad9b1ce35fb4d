import { labelText, shorten, type GivenSettings, type LabelWords } from '../../../lib/core/settings';
import { splitList } from '../../../lib/core/split-list';

/** "1 host", "3 hosts", "no host": the words `to` of the catalogue. */
export function hostCount(n: number, { t }: LabelWords): string {
    return t(`to.${n === 0 ? 'none' : n === 1 ? 'one' : 'several'}`, { n });
}

/** Of a list as people type it, or whose entries are apart already. */
export function entriesIn(list: unknown): string[] {
    return splitList(labelText(list));
}

/** The first of several, and how many more there are: `a +2`; '' for none. */
export function firstOf([first, ...more]: readonly string[]): string {
    return first === undefined ? '' : `${first}${more.length > 0 ? ` +${more.length}` : ''}`;
}

/** A job that writes to somebody: what it is, and to whom. */
export function recipientLabel({ to }: GivenSettings, { t }: LabelWords): string {
    const recipients = shorten(to);
    return recipients === '' ? '' : `${t('palette')} → ${recipients}`;
}
