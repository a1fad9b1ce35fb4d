import assert from 'node:assert/strict';
import { applyPatch, makePatch } from '../lib/patch';

const still = () => 0;

/** What a page with `before` shows after the patch came, `seconds` later. */
function after<T>(before: T, now: T, seconds = 0): T {
    const patch = makePatch(before, now, { since: () => seconds });
    return (patch ? applyPatch(before, JSON.parse(JSON.stringify(patch)) as typeof patch, () => seconds) : before) as T;
}

describe('changes of a view', () => {
    it('make the later view out of the earlier one', () => {
        const before = {
            bar: { state: 'ok', next: { name: 'mail' } },
            units: [{ id: 'a', load: 20 }, { id: 'b' }],
            tags: [1, 2],
        };
        const now = { bar: { state: 'outage' }, units: [{ id: 'c' }, { id: 'a', load: 21, alarms: ['x'] }], tags: [2] };
        assert.deepEqual(after<object>(before, now), now);
        assert.deepEqual(after<object>(now, before), before);
    });

    it('are none where nothing has changed', () => {
        const view = { units: [{ id: 'a', events: [{ key: 'e', at: 1 }] }], list: [{ x: 1 }] };
        assert.equal(makePatch(view, structuredClone(view)), undefined);
    });

    it('leave what has not changed the same object, so that it is not drawn again', () => {
        const before = {
            units: [
                { id: 'a', load: 20 },
                { id: 'b', load: 30 },
            ],
        };
        const shown = after(before, {
            units: [
                { id: 'b', load: 31 },
                { id: 'a', load: 20 },
            ],
        });
        assert.deepEqual(
            shown.units.map(({ id, load }) => `${id} ${load}`),
            ['b 31', 'a 20'],
        );
        assert.equal(shown.units[1], before.units[0]);
    });

    it('name only the UPS and the value that changed', () => {
        const before = {
            units: [
                { id: 'a', load: 20, name: 'UPS 1' },
                { id: 'b', load: 30 },
            ],
        };
        const now = {
            units: [
                { id: 'a', load: 21, name: 'UPS 1' },
                { id: 'b', load: 30 },
            ],
        };
        assert.deepEqual(makePatch(before, now), {
            props: { units: { items: { changed: { a: { props: { load: { set: 21 } } } } } } },
        });
    });

    it('take a list in which a name comes twice as a whole', () => {
        const before = [{ id: 'device-alarm', text: 'one' }];
        const now = [...before, { id: 'device-alarm', text: 'two' }];
        assert.deepEqual(after(before, now), now);
        assert.deepEqual(after(now, before), before);
    });

    it('do not tell what goes on by itself, at the speed of its UPS, and ages at that of life', () => {
        const before = { ageSeconds: 1, secondsOnBattery: 60, inSeconds: 30, speed: 60 };
        assert.equal(
            makePatch(before, { ageSeconds: 3, secondsOnBattery: 180, inSeconds: 28, speed: 60 }, { since: () => 2 }),
            undefined,
        );
    });

    it('tell a fresh reading: its age begins anew', () => {
        assert.deepEqual(after({ ageSeconds: 9, name: 'x' }, { ageSeconds: 0.1, name: 'x' }, 1), {
            ageSeconds: 0.1,
            name: 'x',
        });
    });

    it('of many UPSs do not tell each fresh reading, but in time that a value is not old', () => {
        const [before, now] = [2, 0.1].map((ageSeconds) => ({ ageSeconds, staleSeconds: 10 }));
        assert.equal(makePatch(before, now, { since: () => 0.5, roughAges: true }), undefined);
        assert.notEqual(makePatch(before, now, { since: () => 0.5 }), undefined);
        assert.notEqual(makePatch(before, now, { since: () => 2, roughAges: true }), undefined);
        const old = { ageSeconds: 9, staleSeconds: 10 };
        assert.notEqual(
            makePatch({ ageSeconds: 1, staleSeconds: 10 }, old, { since: () => 1, roughAges: true }),
            undefined,
        );
    });

    it('tell the onset and the end of an outage', () => {
        assert.deepEqual(after({ secondsOnBattery: 0 }, { secondsOnBattery: 1 }, 1), { secondsOnBattery: 1 });
        assert.deepEqual(after({ secondsOnBattery: 90 }, { secondsOnBattery: 0 }, 1), { secondsOnBattery: 0 });
        assert.equal(makePatch({ secondsOnBattery: 0 }, { secondsOnBattery: 0 }, { since: () => 100 }), undefined);
    });

    it('count on what runs when something beside it changes', () => {
        const shown = after({ secondsOnBattery: 10, charge: 90 }, { secondsOnBattery: 14, charge: 89 }, 4);
        assert.deepEqual(shown, { secondsOnBattery: 14, charge: 89 });
    });

    it('keep an unknown value absent', () => {
        const shown = after<{ charge?: number; load: number }>({ charge: 50, load: 1 }, { load: 1 });
        assert.deepEqual(Object.keys(shown), ['load']);
        assert.deepEqual(
            applyPatch({ load: 1 }, makePatch({ load: 1 }, { load: 1, charge: undefined, x: 2 })!, still),
            {
                load: 1,
                x: 2,
            },
        );
    });
});
