import type { SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';

/** What a card may say wrongly, for tests. */
export class CardLies {
    /** Registers hold anything; SNMP answers with bytes that are not SNMP. */
    garbage = false;
    /** What it says of how many there are; undefined: the truth. */
    modules?: number;
    strings?: number;
    /** At every other request it says one module less. */
    wobble = false;
    private asked = 0;

    counts({ bank }: SimulatedBattery): { modules: number; strings: number } {
        const less = this.wobble && this.asked++ % 2 === 1 ? 1 : 0;
        return {
            modules: (this.modules ?? bank.layout.modules) - less,
            strings: this.strings ?? bank.layout.strings,
        };
    }
}
