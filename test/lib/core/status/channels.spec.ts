import assert from 'node:assert/strict';
import { channelIn, channelOf, isDcSupply } from '../../../../lib/core/status/channels';
import { emptyStatus, type PartialStatus } from '../../../../lib/core/status/status';

describe('channels of a status', () => {
    it('are named in settings behind their prefix, with whatever a name holds', () => {
        assert.equal(channelIn('channel:Volts Battery'), 'Volts Battery');
        assert.equal(channelIn('channel: A.1, left '), 'A.1, left');
        for (const other of ['battery.voltage', 'channel', 'channel:', 'channel:  ']) {
            assert.equal(channelIn(other), undefined, other);
        }
    });

    it('are found by their own name alone, also in a status that somebody has spoilt', () => {
        const volts = { value: 13.2, unit: 'V' };
        assert.equal(channelOf({ channels: { volts } }, 'volts'), volts);
        assert.equal(channelOf({ channels: { volts } }, 'constructor'), undefined);
        for (const channels of [undefined, null, 5, { volts: null }, { volts: 13.2 }]) {
            assert.equal(channelOf({ channels: channels as never }, 'volts'), undefined, JSON.stringify(channels));
        }
    });
});

describe('a DC supply', () => {
    const told = (reading: PartialStatus) => isDcSupply({ ...emptyStatus(0), ...reading });

    it('tells a DC side or channels, and nothing of an AC output', () => {
        assert.equal(told({ dc: { outputVoltage: 13.8 } }), true);
        assert.equal(told({ channels: { 'Alarm In': { state: 'CLOSED' } } }), true);
        assert.equal(told({ dc: { outputVoltage: 13.8 }, input: { lines: [{ voltage: 230 }] } }), true);
        assert.equal(told({ dc: { outputVoltage: 13.8 }, output: { source: 'battery', lines: [{}] } }), true);
    });

    it('is no UPS that has a DC side or channels besides, and no device that tells nothing', () => {
        assert.equal(told({ dc: { outputVoltage: 13.8 }, output: { lines: [{ load: 0 }] } }), false);
        assert.equal(told({ channels: { fan: { state: 'ok' } }, output: { lines: [{ voltage: 230 }] } }), false);
        assert.equal(told({ channels: { fan: { state: 'ok' } }, output: { frequency: 50, lines: [] } }), false);
        assert.equal(told({}), false);
        assert.equal(told({ dc: {}, channels: {} }), false);
    });
});
