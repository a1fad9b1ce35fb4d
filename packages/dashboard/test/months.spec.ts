import assert from 'node:assert/strict';
import { upTo, type SiteMonth } from '../ui/pages/events/months';

const month = (siteId: string, name: string, entries: number): SiteMonth => {
    const from = Date.parse(`${name}-01T00:00:00Z`);
    return { siteId, siteIds: [siteId], month: name, from, to: from + 28 * 86_400_000 - 1, entries, archived: false };
};
const [november, october, september] = [
    month('a', '2026-11', 5),
    month('a', '2026-10', 30),
    month('a', '2026-09', 200),
];
const all = [november, october, september, month('b', '2026-09', 4000)];

describe('a deletion of months of the log', () => {
    it('takes the month and all before it, of its own site alone', () => {
        assert.deepEqual(upTo(all, october), { entries: 230, query: { before: october.to + 1 } });
        assert.deepEqual(upTo(all, september), { entries: 200, query: { before: september.to + 1 } });
    });

    it('up to the latest month is the whole log', () => {
        assert.deepEqual(upTo(all, november), { entries: 235, query: { all: true } });
    });
});
