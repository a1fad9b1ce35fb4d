import { SystemClock } from '../../lib/core/clock';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { Rfc1628Card } from '../../simulators/rfc1628-card/card';
import { cardAddress } from './card-address';
import { machineNow } from './machine-clock';
import { serve } from './program';

/** Simulated UPSs with their SNMP cards, in a process of their own; see cards.ts. */

const clock = new SystemClock();
const cards: Rfc1628Card[] = [];
/** When the traps of each left. */
const trapTimes: number[][] = [];

serve({
    async start({ count, trapPort }: { count: number; trapPort?: number }) {
        const trapTargets = trapPort ? [{ host: '127.0.0.1', port: trapPort, version: '2c' as const }] : [];
        for (let n = 0; n < count; n++) {
            const ups = new SimulatedUps(clock, { holdMinutes: 600, identity: { name: `ups${n}` } });
            const card = new Rfc1628Card({ ups, clock, address: cardAddress(n), trapTargets });
            const times: number[] = [];
            trapTimes.push(times);
            card.on('trap', () => times.push(machineNow()));
            await card.start();
            cards.push(card);
        }
        return cards.map(({ address, port }) => ({ address, port }));
    },
    setMains({ indexes, on }: { indexes: number[]; on: boolean }) {
        const at = machineNow();
        for (const index of indexes) cards[index].ups.setMains(on);
        return at;
    },
    /** An outage of so many ms; answers with its beginning. */
    outage({ index, ms }: { index: number; ms: number }) {
        const at = machineNow();
        cards[index].ups.setMains(false);
        setTimeout(() => cards[index].ups.setMains(true), ms);
        return at;
    },
    requests() {
        return cards.reduce((sum, { requests }) => sum + requests, 0);
    },
    trapTimes() {
        return trapTimes;
    },
    cpuMs() {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
    },
});
