import type { Learned } from '../battery/battery-model';
import type { Verdict } from '../events/rules';
import type { Journal } from '../journal/journal';

/** Names in the journal. */
const BATTERY = 'battery';
const LEARNED = 'learned';
const HEALTH = 'health';

/**
 * Stores in the journal what is known about one battery: what its discharges have taught, and the result of its last test by the voltage. A
 * new day of installation means a new battery: all of it is forgotten.
 */
export class BatteryMemory {
    private learned: Learned | undefined;
    private health: Verdict | undefined;

    /** @param installedOn as configured: `YYYY-MM-DD`, or empty */
    constructor(
        private readonly unitId: string,
        private readonly journal: Journal,
        installedOn = '',
    ) {
        journal.transaction(() => {
            if ((journal.getValue(unitId, BATTERY) ?? installedOn) !== installedOn) {
                journal.setValue(unitId, LEARNED, undefined);
                journal.setValue(unitId, HEALTH, undefined);
            }
            journal.setValue(unitId, BATTERY, installedOn);
        });
        this.learned = journal.getValue(unitId, LEARNED) as Learned | undefined;
        this.health = journal.getValue(unitId, HEALTH) as Verdict | undefined;
    }

    /** The stored data. */
    get known(): { learned?: Learned; health?: Verdict } {
        return { learned: this.learned, health: this.health };
    }

    keepLearned(learned: Learned): void {
        if (JSON.stringify(learned) === JSON.stringify(this.learned)) return;
        this.learned = learned;
        this.journal.setValue(this.unitId, LEARNED, learned);
    }

    keepHealth(health: Verdict | undefined): void {
        if (health === this.health) return;
        this.health = health;
        this.journal.setValue(this.unitId, HEALTH, health);
    }
}
