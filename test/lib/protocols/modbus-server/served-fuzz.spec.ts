import assert from 'node:assert/strict';
import { servedUps } from '../../../../lib/core/served/served-ups';
import { REGISTER_MAPS } from '../../../../lib/protocols/cs141/maps';
import { ServedCard } from '../../../../lib/protocols/cs141/served/served-card';
import { ClientSession } from '../../../../lib/protocols/modbus-server/client-session';
import { noFaults } from '../../../../lib/protocols/modbus-server/faults';
import {
    MbapParser,
    mbapFrame,
    RtuParser,
    rtuFrame,
    type RequestFrame,
} from '../../../../lib/protocols/modbus-server/framing';
import { LONGEST_PDU } from '../../../../lib/protocols/modbus-server/pdu';
import { FakeClock } from '../../../support/fake-clock';
import { onMains, UnitBench } from '../../../support/fake-ups';
import { Attempts, damaged, fuzzRuns, seededDice, withoutStacks } from '../../../support/fuzz';

const PDUS = ['03006d0001', '0400610012', '0100000010', '0200000010', '050001ff00', '0600010003', '0f0000000a02cd01', '10000100020400010002', '2b0e0100', '11']; // prettier-ignore

describe('damaged frames', function () {
    this.timeout(600_000);
    const bench = new UnitBench();
    bench.readFor(3, onMains);
    const units = REGISTER_MAPS.map((map, index) => ({
        ...{ unitId: index + 1, map, served: () => servedUps(bench.unit) },
        order: () => Promise.reject(new Error('no')),
    }));
    const card = new ServedCard({ units, unknownAs: -1, answerAnyUnit: true });
    after(() => bench.unit.destroy());

    const session = (serial: boolean, frame: (request: RequestFrame, pdu: Buffer) => Buffer) => {
        const sent: Buffer[] = [];
        const made = new ClientSession({
            ...{ clock: new FakeClock(), client: '192.0.2.1', units: card.unit, faults: noFaults(), serial, frame },
            send: (bytes) => sent.push(bytes),
            onRequest: () => {},
            // A device that fails is answered with exception 4, and told: none of ours may.
            onFailure: (error) => assert.fail(String(error)),
        });
        return { take: (request: RequestFrame) => made.take(request), sent };
    };
    const frames = (dice: (below: number) => number, frame: (unitId: number, pdu: Buffer) => Buffer) =>
        frame(dice(26), Buffer.from(PDUS[dice(PDUS.length)]!, 'hex'));
    const pieces = ['\u0000\u0000', '\u0001\u0003', '\u00ff\u00ff'];

    it('over TCP: answered whole, ignored, or the end of the connection', () => {
        const dice = seededDice(1);
        const attempts = new Attempts();
        let answers = 0;
        withoutStacks(() => {
            for (let run = 0; run < fuzzRuns(); run++) {
                const { take, sent } = session(false, mbapFrame);
                const parser = new MbapParser();
                const bytes = damaged(frames(dice, (unitId, pdu) => mbapFrame({ unitId, pdu, transaction: run % 65_536 }, pdu)), dice, pieces); // prettier-ignore
                try {
                    attempts.take(() => {
                        for (const part of [bytes.subarray(0, dice(bytes.length + 1)), bytes])
                            for (const request of parser.push(part)) take(request);
                    });
                } catch (error) {
                    assert.match((error as Error).message, /^(protocol identifier|invalid length)/);
                }
                for (const each of sent)
                    assert.ok(each.length <= LONGEST_PDU + 7 && each.readUInt16BE(4) === each.length - 6);
                answers += sent.length;
            }
        });
        attempts.judge();
        assert.ok(answers > 1000, `${answers} answers`);
    });

    it('on a serial line: answered whole, or ignored', () => {
        const dice = seededDice(2);
        const attempts = new Attempts();
        let answers = 0;
        for (let run = 0; run < fuzzRuns(); run++) {
            const { take, sent } = session(true, ({ unitId }, pdu) => rtuFrame(unitId, pdu));
            const parser = new RtuParser();
            const whole = frames(dice, rtuFrame);
            const bytes = dice(4) ? Buffer.concat([damaged(whole, dice, pieces), whole]) : damaged(whole, dice, pieces);
            attempts.take(() => {
                for (const request of [...parser.push(bytes), ...parser.silence()]) take(request);
            });
            for (const each of sent) assert.ok(each.length <= LONGEST_PDU + 3);
            answers += sent.length;
        }
        attempts.judge();
        assert.ok(answers > 1000, `${answers} answers`);
    });
});
