import { UpsError } from '../errors';
import { said } from '../language/sentence';
import type { UpsUnit } from './ups-unit';
import { showSettings, type ShownSetting } from './write-settings';

/**
 * The settings of a device for a file of them. Its limits and choices are known only while it answers: by a former reading alone, a file would be
 * taken that the device refuses.
 * @param does what is asked for, as in the payload: `import`, `export` or `defaults`
 * @throws UpsError no-device, ups-silent: it does not answer now; setting-refused: it has no setting that can be written, now or at another time
 */
export function fileSettings(unit: UpsUnit, does: string): Record<string, ShownSetting> {
    const shown = showSettings(unit);
    if (Object.values(shown).some(({ writable, lockedNow }) => writable || lockedNow)) return shown;
    const refusal = unit.refusal({ type: 'set', setting: does, value: '' });
    if (refusal.code !== 'not-supported') throw refusal;
    throw new UpsError('setting-refused', { property: does, reason: said('settings.noneWritable') });
}
