import type { SettingValue } from '../status/status';
import { UpsError } from '../errors';
import { said } from '../language/sentence';
import type { UpsUnit } from './ups-unit';
import { showSettings, type SettingOutcome, type ShownSetting } from './write-settings';

/** A setting with the value that waits to be written. */
export interface StagedSetting extends ShownSetting {
    staged: SettingValue;
}

/**
 * Values that were imported, or are those of delivery, and wait until a person has them written. To stage them changes nothing in the device
 * (DURAmax manual, "Importing configuration settings", "Resetting configuration settings to default").
 */
export class StagedSettings {
    private staged: Record<string, SettingValue> = {};
    private writing: Promise<unknown> = Promise.resolve();

    get values(): Readonly<Record<string, SettingValue>> {
        return this.staged;
    }

    /** Takes the place of what waited before. */
    stage(values: Readonly<Record<string, SettingValue>>): void {
        this.staged = { ...values };
    }

    /**
     * Stages the values with which the device is delivered.
     * @throws UpsError not-supported: no value of delivery is known
     */
    stageDefaults(unit: UpsUnit): void {
        const known = Object.entries(unit.settingsInfo()).flatMap(([name, { default: value }]) =>
            value === undefined ? [] : [[name, value] as const],
        );
        this.clear();
        if (known.length === 0) throw new UpsError('not-supported', { device: unit.name, command: 'defaults' });
        this.stage(Object.fromEntries(known));
    }

    /** What would be written, beside what is there now. */
    show(unit: UpsUnit): Record<string, StagedSetting> {
        const shown = showSettings(unit);
        return Object.fromEntries(
            Object.entries(this.staged).map(([name, staged]) => [
                name,
                { ...(shown[name] ?? { writable: false }), staged },
            ]),
        );
    }

    /** What is to be written now. @throws UpsError setting-refused: nothing waits */
    take(): Record<string, SettingValue> {
        if (Object.keys(this.staged).length > 0) return { ...this.staged };
        throw new UpsError('setting-refused', { property: 'write', reason: said('settings.nothingStaged') });
    }

    /**
     * Writes what waits; what was written waits no longer. What is staged meanwhile goes on waiting, also another value of the same setting. A second
     * order waits for the end of the first, and writes what still waits then.
     * @param write gets the values, and tells what became of each
     * @throws UpsError setting-refused: nothing waits
     */
    write<Outcomes extends Readonly<Record<string, SettingOutcome>>>(
        write: (values: Record<string, SettingValue>) => Promise<Outcomes>,
    ): Promise<Outcomes> {
        const done = this.writing.then(async () => {
            const values = this.take();
            const outcomes = await write(values);
            for (const [name, { ok }] of Object.entries(outcomes))
                if (ok && this.staged[name] === values[name]) delete this.staged[name];
            return outcomes;
        });
        this.writing = done.catch(() => undefined);
        return done;
    }

    clear(): void {
        this.staged = {};
    }
}
