import assert from 'node:assert/strict';
import { declareNode, faultsOf, migrated, readSettings, section, text, whole } from '../../../../lib/core/settings';

const now = declareNode({
    type: 'ups-example',
    family: 'jobs',
    version: 3,
    migrations: {
        // minutes became seconds
        2: ({ minutes }) => ({ seconds: Number(minutes ?? 1) * 60, minutes: undefined }),
        // one host became several
        3: ({ host }) => ({ hosts: host ?? '', host: undefined }),
    },
    sections: [section('', { seconds: whole({ default: 60, min: 1 }), hosts: text({ required: true }) })],
});

describe('settings of a former version', () => {
    it('are those of today, step by step, and what was stored is left as it was', () => {
        const stored = Object.freeze({ minutes: 5, host: 'a', other: 'kept' });
        assert.deepEqual(migrated(now, stored), { seconds: 300, hosts: 'a', other: 'kept', settingsVersion: 3 });
        assert.deepEqual(migrated(now, { settingsVersion: 2, seconds: 5, host: 'b' }), {
            seconds: 5,
            hosts: 'b',
            settingsVersion: 3,
        });
    });

    it('are read and checked as those of today', () => {
        assert.deepEqual(readSettings(now, { minutes: 2, host: 'a' }), { name: '', seconds: 120, hosts: 'a' });
        assert.deepEqual(
            faultsOf(now, { minutes: 0, host: '' }).map(({ property }) => property),
            ['seconds', 'hosts'],
        );
    });

    it('of an unreadable version are not taken for old ones', () => {
        for (const settingsVersion of ['x', 1.5, -1, {}]) {
            const written = { settingsVersion, seconds: 7, hosts: 'a' };
            assert.equal(migrated(now, written), written);
        }
    });

    it('stay as they are where they have the version of today, or a later one', () => {
        const today = { settingsVersion: 3, seconds: 7, hosts: 'a', minutes: 9 };
        assert.equal(migrated(now, today), today);
        const later = { settingsVersion: 4, hosts: 'a', more: true };
        assert.equal(migrated(now, later), later);
        assert.equal(readSettings(now, later).seconds, 60);
    });

    it('are taken for those of the first version where there is no version', () => {
        assert.equal(readSettings(now, { settingsVersion: null, minutes: 1, host: 'a' }).seconds, 60);
    });
});
