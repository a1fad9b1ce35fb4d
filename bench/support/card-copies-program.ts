import { SystemClock } from '../../lib/core/clock';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { cardAddress } from './card-address';
import { CardCopies } from './card-copies';
import { freePort } from '../../test/support/free-port';
import { machineNow } from './machine-clock';
import { serve } from './program';

/** Thousands of cards that tell the same, in a process of their own; see cards.ts. */

const clock = new SystemClock();
const ups = new SimulatedUps(clock, { holdMinutes: 600 });
const copies = new CardCopies(clock, ups);

serve({
    async start({ count }: { count: number }) {
        const addresses = Array.from({ length: count }, (_, n) => cardAddress(n));
        await copies.start(addresses, await freePort());
        return copies.addresses;
    },
    setMains({ indexes, on }: { indexes: number[]; on: boolean }) {
        if (indexes.length !== copies.addresses.length) throw new Error('copies fail all at once');
        const at = machineNow();
        ups.setMains(on);
        return at;
    },
    requests() {
        return copies.requests;
    },
    cpuMs() {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
    },
});
