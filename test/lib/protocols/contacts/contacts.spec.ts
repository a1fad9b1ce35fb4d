import assert from 'node:assert/strict';
import { CONTACT_ALARMS, statusOf, type ContactId } from '../../../../lib/protocols/contacts/contacts';
import { READING_RULES } from '../../../../lib/core/events/rules';
import { emptyStatus } from '../../../../lib/core/status/status';
import { readSettings } from '../../../../lib/core/settings';
import { contactsOf } from '../../../../lib/protocols/contacts/config';
import { settings } from '../../../../nodes/devices/ups-contacts.settings';

const read = (states: Partial<Record<ContactId, boolean>>) =>
    statusOf(new Map(Object.entries(states) as [ContactId, boolean][]), 0);

describe('contacts as a status', () => {
    it('tell nothing beyond what was heard', () => {
        assert.deepEqual(read({ overload: false }), {
            time: 0,
            output: { source: undefined, lines: [] },
            battery: { state: undefined },
            alarms: [],
            alarmsTold: ['output-overload'],
            environment: { contacts: { overload: false } },
        });
    });

    for (const [states, source, battery, alarms] of [
        [{ 'power-fail': false }, 'normal', undefined, []],
        [{ 'power-fail': true }, 'battery', undefined, ['on-battery']],
        [{ 'power-fail': true, 'battery-low': false }, 'battery', 'normal', ['on-battery']],
        [{ 'power-fail': true, 'battery-low': true }, 'battery', 'low', ['low-battery', 'on-battery']],
        [{ 'power-fail': true, 'battery-depleted': true }, 'battery', 'depleted', ['depleted-battery', 'on-battery']],
        [{ 'power-fail': false, 'on-bypass': true }, 'bypass', undefined, ['on-bypass']],
        [{ 'power-fail': true, 'on-bypass': true }, 'battery', undefined, ['on-battery', 'on-bypass']],
        [{ 'power-fail': false, 'output-off': true }, 'none', undefined, ['ups-output-off']],
        [{ 'on-bypass': false }, undefined, undefined, []],
    ] as const) {
        it(`${JSON.stringify(states)}: ${source ?? 'source unknown'}`, () => {
            const status = read(states);
            assert.equal(status.output?.source, source);
            assert.equal(status.battery?.state, battery);
            assert.deepEqual(status.alarms, alarms);
        });
    }

    for (const id of Object.keys(CONTACT_ALARMS) as ContactId[]) {
        if (id === 'power-fail') continue;
        it(`${id} raises the event of that name, and being over ends it`, () => {
            const verdict = (active: boolean) => READING_RULES[id]!({ ...emptyStatus(0), ...read({ [id]: active }) });
            assert.equal(verdict(true)?.active, true);
            assert.equal(verdict(false)?.active, false);
            const other = id === 'overload' ? 'fan-failure' : 'overload';
            assert.equal(READING_RULES[id]!({ ...emptyStatus(0), ...read({ [other]: false }) }), undefined);
        });
    }
});

describe('the contacts of a dialog', () => {
    const readContacts = (rows: readonly object[], source: string) => {
        const own = readSettings(settings, { ups: 'u', host: 'h', path: 'p', source, contacts: rows });
        return contactsOf(own.contacts, own.source);
    };

    it('of messages are told by their own name unless a topic is given', () => {
        assert.deepEqual(
            readContacts(
                [
                    { contact: 'power-fail', type: 'no' },
                    { contact: 'overload', type: 'nc', input: ' relay/3 ' },
                ],
                'message',
            ).map(({ input, type }) => [input, type]),
            [
                ['power-fail', 'no'],
                ['relay/3', 'nc'],
            ],
        );
    });

    it('of Modbus have addresses, of a serial port lines', () => {
        assert.equal(readContacts([{ contact: 'overload', type: 'no', input: '007' }], 'modbus')[0]?.input, '7');
        assert.equal(readContacts([{ contact: 'overload', type: 'no', input: 0 }], 'modbus')[0]?.input, '0');
        assert.equal(readContacts([{ contact: 'overload', type: 'no', input: 'cts' }], 'serial')[0]?.input, 'CTS');
    });

    for (const [what, rows, source] of [
        ['none', [], 'message'],
        ['an unknown one', [{ contact: 'toString', type: 'no' }], 'message'],
        ['a kind that is none', [{ contact: 'overload', type: 'x' }], 'message'],
        [
            'one twice',
            [
                { contact: 'overload', type: 'no', input: '1' },
                { contact: 'overload', type: 'no', input: '2' },
            ],
            'modbus',
        ],
        ['no address', [{ contact: 'overload', type: 'no' }], 'modbus'],
        ['an address beyond 65535', [{ contact: 'overload', type: 'no', input: '65536' }], 'modbus'],
        ['a line that cannot be read', [{ contact: 'overload', type: 'no', input: 'RI' }], 'serial'],
    ] as const) {
        it(`with ${what} are refused`, () => {
            assert.throws(() => readContacts(rows, source), { name: 'UpsError' });
        });
    }
});
