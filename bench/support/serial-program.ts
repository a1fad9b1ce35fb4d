import { SystemClock } from '../../lib/core/clock';
import type { DeltaFrame } from '../../lib/protocols/delta/frame';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { DeltaUps } from '../../simulators/delta-ups/delta-ups';
import { LineServer } from '../../simulators/delta-ups/line-server';
import { serve } from './program';

/** Simulated UPSs of the serial protocol 1.44, each behind a serial server's port of its own, in a process of their own. */

const clock = new SystemClock();

/** Counts how often its source was asked for: once for each reading. */
class CountingUps extends DeltaUps {
    readings = 0;

    override receive(frame: DeltaFrame): Buffer | undefined {
        if (frame.data === 'STO') this.readings++;
        return super.receive(frame);
    }
}

const upses: CountingUps[] = [];

serve({
    /** @returns the ports */
    async start({ count, baudRate }: { count: number; baudRate?: number }) {
        const ports: number[] = [];
        for (let n = 0; n < count; n++) {
            const device = new CountingUps({ ups: new SimulatedUps(clock, { holdMinutes: 600 }), clock });
            const server = new LineServer({ clock, upses: [device], pacedBaudRate: baudRate });
            await server.start();
            upses.push(device);
            ports.push(server.port);
        }
        return ports;
    },
    /** Answers of these break off after so many bytes from now on. */
    stall({ indexes, bytes }: { indexes: number[]; bytes: number }) {
        for (const index of indexes) upses[index].faults.stallAfter = bytes;
    },
    /** How often each was read so far. */
    readings() {
        return upses.map(({ readings }) => readings);
    },
    requests() {
        return upses.reduce((sum, { requests }) => sum + requests, 0);
    },
});
