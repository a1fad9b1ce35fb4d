import assert from 'node:assert/strict';
import type { UpsCommand } from '../../../../../lib/core/driver';
import type { UpsError } from '../../../../../lib/core/errors';
import { MapCommands } from '../../../../../lib/protocols/device-map/map-commands';
import { SNMP_MAPS } from '../../../../../lib/protocols/device-map/maps';
import type { RawValue } from '../../../../../lib/protocols/device-map/raw-value';
import { oidOf } from '../../../../../lib/protocols/snmp/map-objects';

/** A card that takes every order: what it was told, as `oid type value`, and what it answers when asked. */
function card(id: string, answers: Record<string, RawValue> = {}) {
    const written: string[] = [];
    const commands = new MapCommands(
        SNMP_MAPS.find((map) => map.id === id)!,
        'card',
        {
            write: (at, value, type = 'integer') => {
                written.push(`${oidOf(at as { oid: string })} ${type} ${value}`);
                return Promise.resolve();
            },
            ask: (at) => Promise.resolve(answers[oidOf(at as { oid: string })]),
        },
    );
    return { commands, written };
}

const APC = '1.3.6.1.4.1.318.1.1.1';
const CPS = '1.3.6.1.4.1.3808.1.1.1';
const XUPS = '1.3.6.1.4.1.534.1';
const MGE = '1.3.6.1.4.1.705.1';
const shutdown = (seconds: number, restoreSeconds?: number): UpsCommand => ({
    type: 'shutdown',
    scope: 'output',
    seconds,
    ...(restoreSeconds === undefined ? {} : { restoreSeconds }),
});

/** The command, and all that is written, in this order. */
const ORDERS: [string, UpsCommand, string[]][] = [
    ['apc-powernet', shutdown(90), [`${APC}.5.2.10.0 ticks 9000`, `${APC}.6.2.1.0 integer 3`]],
    [
        'apc-powernet',
        shutdown(90, 300),
        [`${APC}.5.2.9.0 ticks 30000`, `${APC}.5.2.10.0 ticks 9000`, `${APC}.6.2.2.0 integer 3`],
    ],
    ['apc-powernet', { type: 'reboot', seconds: 20 }, [`${APC}.5.2.9.0 ticks 2000`, `${APC}.6.2.2.0 integer 2`]],
    ['apc-powernet', { type: 'test', test: 'battery' }, [`${APC}.7.2.2.0 integer 2`]],
    ['apc-powernet', { type: 'buzzer', state: 'mute' }, [`${APC}.5.2.4.0 integer 4`]],
    ['apc-powernet', { type: 'outlet', outlet: '2', action: 'off' }, [`${APC}.12.3.2.1.3.2 integer 2`]],
    ['cyberpower', shutdown(120), [`${CPS}.5.2.10.0 ticks 12000`, `${CPS}.6.2.1.0 integer 3`]],
    ['cyberpower', { type: 'outlet', outlet: '3', action: 'cycle' }, [`${CPS}.8.2.5.1.3.3 integer 3`]],
    ['cyberpower', { type: 'buzzer', state: 'on' }, [`${CPS}.5.2.4.0 integer 2`]],
    ['eaton-xups', shutdown(60), [`${XUPS}.9.1.0 integer 60`]],
    ['eaton-xups', { type: 'abort-shutdown' }, [`${XUPS}.9.1.0 integer 0`]],
    ['eaton-xups', { type: 'startup', seconds: 5 }, [`${XUPS}.9.2.0 integer 5`]],
    ['eaton-xups', { type: 'outlet', outlet: '1', action: 'on' }, [`${XUPS}.12.2.1.4.1 integer 0`]],
    [
        'eaton-mge',
        { type: 'outlet', outlet: '2', action: 'off' },
        [`${MGE}.9.1.1.5.2 integer 0`, `${MGE}.9.1.1.6.2 integer 2`],
    ],
];

/** What cannot be said in the words of these cards. */
const NOT_OFFERED: [string, UpsCommand][] = [
    ['apc-powernet', { type: 'abort-shutdown' }],
    ['apc-powernet', { type: 'startup', seconds: 5 }],
    ['apc-powernet', { type: 'test', test: 'full' }],
    ['cyberpower', shutdown(120, 60)],
    ['cyberpower', { type: 'abort-shutdown' }],
    ['eaton-xups', shutdown(60, 60)],
    ['eaton-mge', shutdown(60)],
    ['socomec', shutdown(60)],
    ['socomec', { type: 'outlet', outlet: '1', action: 'off' }],
];

/** Out of range: refused before anything is sent. */
const REFUSED: [string, UpsCommand][] = [
    ['cyberpower', shutdown(59)],
    ['cyberpower', shutdown(5941)],
    ['cyberpower', { type: 'reboot', seconds: 601 }],
    // 0 would take a shutdown back.
    ['eaton-xups', shutdown(0)],
    ['eaton-xups', { type: 'startup', seconds: 0 }],
];

describe('Commands of the shipped maps', () => {
    for (const [id, command, writes] of ORDERS)
        it(`${id}: ${JSON.stringify(command)}`, async () => {
            const { commands, written } = card(id);
            assert.equal(commands.supports(command), true);
            await commands.execute(command);
            assert.deepEqual(written, writes);
        });

    for (const [id, command] of NOT_OFFERED)
        it(`${id} does not offer ${JSON.stringify(command)}`, async () => {
            const { commands, written } = card(id);
            assert.equal(commands.supports(command), false);
            await assert.rejects(commands.execute(command), (error: UpsError) => error.code === 'not-supported');
            assert.deepEqual(written, []);
        });

    for (const [id, command] of REFUSED)
        it(`${id} sends nothing for ${JSON.stringify(command)}`, async () => {
            const { commands, written } = card(id);
            await assert.rejects(commands.execute(command), (error: UpsError) => error.code === 'out-of-range');
            assert.deepEqual(written, []);
        });

    it('are confirmed by what the card answers afterwards', async () => {
        const test: UpsCommand = { type: 'test', test: 'battery' };
        const result = async (answer: RawValue) =>
            (await card('apc-powernet', { [`${APC}.7.2.3.0`]: answer }).commands.execute(test)).confirmed;
        assert.equal(await result(4), true);
        assert.equal(await result(1), false);
        assert.equal(await result(undefined), false);
        const outlet: UpsCommand = { type: 'outlet', outlet: '2', action: 'off' };
        const { confirmed } = await card('apc-powernet', { [`${APC}.12.1.2.1.3.2`]: 2 }).commands.execute(outlet);
        assert.equal(confirmed, true);
    });

    it('of an outlet go to the row that its name has at the place of the *', async () => {
        const at = { column: '1.3.6.1.9.2', row: '*' };
        const written: string[] = [];
        const commands = new MapCommands(
            {
                version: 1,
                id: 'banks',
                name: 'banks',
                judgedBy: 'this test',
                items: [
                    {
                        id: 'b',
                        at,
                        kind: 'state',
                        states: { 1: 'on', 2: 'off' },
                        write: { on: 1, off: 2 },
                        to: 'outlet:bank *',
                    },
                ],
            },
            'card',
            {
                write: (to, value) => Promise.resolve(void written.push(`${oidOf(to as typeof at)} ${value}`)),
                ask: () => Promise.resolve(2),
            },
        );
        assert.deepEqual(await commands.execute({ type: 'outlet', outlet: 'bank 7', action: 'off' }), {
            confirmed: true,
        });
        assert.deepEqual(written, ['1.3.6.1.9.2.7 2']);
    });
});
