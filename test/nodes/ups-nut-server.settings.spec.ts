import assert from 'node:assert/strict';
import { faultsOf, readSettings } from '../../lib/core/settings';
import { KEPT, place, withStandIns } from '../../nodes/editor/row-passwords';
import { passwordOf, settings } from '../../nodes/servers/ups-nut-server.settings';

const SERVES = [{ name: 'ups', ups: 'unit1' }];
const rules = (config: object) => faultsOf(settings, config, {}).map(({ property, rule }) => `${property} ${rule}`);

describe('settings of ups-nut-server', () => {
    it('are those of NUT where nothing else is set', () => {
        const { address, port, clients, mostClients, lowSeconds, writes, requireTls, serves, accounts } = readSettings(
            settings,
            { serves: SERVES, accounts: [{ name: 'a' }] },
        );
        assert.deepEqual(
            [address, port, mostClients, lowSeconds, writes, requireTls],
            ['0.0.0.0', 3493, 1000, 120, false, false],
        );
        assert.equal(clients.length, 8);
        assert.deepEqual(serves, [{ name: 'ups', ups: 'unit1', listed: true }]);
        assert.deepEqual(accounts, [{ name: 'a', role: 'secondary', names: [], commands: [], variables: [], slot: 0 }]);
    });

    it('take an emptied list of clients for nobody', () => {
        assert.deepEqual(readSettings(settings, { serves: SERVES, clients: '' }).clients, []);
    });

    it('refuse what no client could use', () => {
        assert.deepEqual(rules({ serves: [] }).length, 1);
        assert.equal(rules({ serves: [...SERVES, ...SERVES] }).length, 1);
        assert.equal(rules({ serves: [{ name: 'a b', ups: 'unit1' }] }).length, 1);
        assert.equal(rules({ serves: SERVES, views: [{ clients: '192.0.2.1', asks: 'ups', gets: 'no' }] }).length, 1);
        assert.equal(rules({ serves: SERVES, accounts: [{ name: 'a' }, { name: 'a' }] }).length, 1);
        assert.deepEqual(rules({ serves: SERVES, views: [{ clients: '192.0.2.1', asks: 'x', gets: 'UPS' }] }), []);
    });

    it('find the password of a user by its slot, or by its place', () => {
        const own = { password1: 'one', password2: 'two' } as never;
        assert.deepEqual([passwordOf(own, 2, 0), passwordOf(own, 0, 0), passwordOf(own, 99, 1)], ['two', 'one', 'two']);
    });
});

describe('passwords in the table of users', () => {
    it('keep their slots when rows are moved or removed', () => {
        const shown = withStandIns([{ name: 'a' }, { name: 'b', slot: 3 }, { name: 'c', slot: 2 }], () => true);
        const { rows, passwords } = place([shown[2]!, shown[1]!], 4);
        assert.deepEqual(rows, [
            { name: 'c', slot: 2 },
            { name: 'b', slot: 3 },
        ]);
        assert.deepEqual(passwords, ['', KEPT, KEPT, '']);
    });

    it('get a free slot when they are new or typed anew', () => {
        const { rows, passwords } = place(
            [
                { name: 'a', password: `${KEPT}1` },
                { name: 'b', password: 'typed' },
                { name: 'c', password: '' },
            ],
            4,
        );
        assert.deepEqual(
            rows.map(({ slot }) => slot),
            [1, 2, 3],
        );
        assert.deepEqual(passwords, [KEPT, 'typed', '', '']);
        assert.doesNotMatch(JSON.stringify(rows), /typed|password/);
    });

    it('never share a slot', () => {
        const { rows, passwords } = place(
            [
                { name: 'a', password: `${KEPT}1` },
                { name: 'b', password: `${KEPT}1` },
            ],
            2,
        );
        assert.deepEqual(
            rows.map(({ slot }) => slot),
            [1, 2],
        );
        assert.deepEqual(passwords, [KEPT, '']);
    });
});
