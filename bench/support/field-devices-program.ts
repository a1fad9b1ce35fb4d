import { SystemClock } from '../../lib/core/clock';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { Cs141Card } from '../../simulators/cs141-card/card';
import { DeltaUps } from '../../simulators/delta-ups/delta-ups';
import { LineServer } from '../../simulators/delta-ups/line-server';
import { machineNow } from './machine-clock';
import { serve } from './program';

/** CS141 cards over Modbus TCP, and UPSs on serial servers, in a process of their own; see field-devices.ts. */

const clock = new SystemClock();
const cards: Cs141Card[] = [];
const serials: DeltaUps[] = [];

serve({
    async start({ modbus, serial }: { modbus: number; serial: number }) {
        const places: { modbus: number[]; serial: number[] } = { modbus: [], serial: [] };
        for (let n = 0; n < modbus; n++) {
            const card = new Cs141Card({ ups: newUps(`modbus${n}`), clock, tcp: {} });
            await card.start();
            cards.push(card);
            places.modbus.push(card.endpoint.tcpPort);
        }
        for (let n = 0; n < serial; n++) {
            const ups = new DeltaUps({ ups: newUps(`serial${n}`), clock });
            // As a UPS on a line of 9600 baud answers; the time that its bytes take costs whoever waits for them.
            const server = new LineServer({ clock, upses: [ups], pacedBaudRate: 9600 });
            await server.start();
            serials.push(ups);
            places.serial.push(server.port);
        }
        return places;
    },
    /** From now on these stop after so many bytes of each answer. */
    stall({ modbus, serial, bytes }: { modbus: number; serial: number; bytes: number }) {
        for (const card of cards.slice(0, modbus)) card.faults.stallAfter = bytes;
        for (const ups of serials.slice(0, serial)) ups.faults.stallAfter = bytes;
    },
    /** All of these at once; answers with the time just before. */
    setMains({ on }: { on: boolean }) {
        const at = machineNow();
        for (const { ups } of [...cards, ...serials]) ups.setMains(on);
        return at;
    },
    requests() {
        return {
            modbus: cards.reduce((sum, { endpoint }) => sum + endpoint.requests, 0),
            serial: serials.reduce((sum, { requests }) => sum + requests, 0),
        };
    },
});

function newUps(name: string): SimulatedUps {
    return new SimulatedUps(clock, { phases: 3, ratedVA: 10_000, loadVA: 6000, holdMinutes: 600, identity: { name } });
}
