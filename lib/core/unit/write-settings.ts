import { UpsError, asUpsError } from '../errors';
import { said } from '../language/sentence';
import type { SettingValue } from '../status/status';
import type { CommandResult, SettingInfo } from '../driver';
import type { UpsUnit } from './ups-unit';

export interface ShownSetting extends SettingInfo {
    value?: SettingValue;
}

/** `confirmed`: read back from the device; otherwise accepted, not confirmed. Units as in `settingsInfo`. */
export interface SettingOutcome {
    ok: boolean;
    confirmed: boolean;
    before?: SettingValue;
    after?: SettingValue;
    error?: UpsError;
}

/** All settings that the device shows, with what is known about each. */
export function showSettings(unit: UpsUnit): Record<string, ShownSetting> {
    const info = unit.settingsInfo();
    const values = unit.status()?.settings ?? {};
    const names = [...new Set([...Object.keys(info), ...Object.keys(values)])].sort();
    return Object.fromEntries(
        names.map((name) => {
            const { [name]: known } = info;
            return [name, { ...known, writable: known?.writable ?? false, value: values[name] }];
        }),
    );
}

/** The first fault of a value, before anything is sent; undefined if it can be sent. The device may still refuse it. */
export function checkSetting(unit: UpsUnit, setting: string, value: unknown): UpsError | undefined {
    const scalar = ['string', 'number', 'boolean'].includes(typeof value);
    if (!scalar)
        return new UpsError('config-invalid', {
            property: setting,
            value: String(value),
            expected: said('expected.value'),
        });
    const wanted = value as SettingValue;
    if (!unit.supports({ type: 'set', setting, value: wanted })) {
        return new UpsError('not-supported', { device: unit.name, command: `set ${setting}` });
    }
    const { min, max, options } = unit.settingsInfo()[setting] ?? {};
    if (options && !options.includes(wanted)) {
        return new UpsError('config-invalid', {
            property: setting,
            value: String(wanted),
            expected: options.join(', '),
        });
    }
    if (min === undefined || max === undefined) return undefined;
    if (typeof wanted === 'number' && wanted >= min && wanted <= max) return undefined;
    return new UpsError('out-of-range', { property: setting, value: String(wanted), min, max });
}

/**
 * Writes the settings one after the other; if one fails, the next one is written all the same.
 * @param send sends a command, e.g. with repetitions; default: once
 */
export async function writeSettings(
    unit: UpsUnit,
    wanted: Record<string, unknown>,
    send: (order: () => Promise<CommandResult>) => Promise<CommandResult> = (order) => order(),
): Promise<Record<string, SettingOutcome>> {
    const outcomes: Record<string, SettingOutcome> = {};
    for (const [setting, value] of Object.entries(wanted)) {
        const before = unit.status()?.settings?.[setting];
        const wrong = checkSetting(unit, setting, value);
        if (wrong) {
            outcomes[setting] = { ok: false, confirmed: false, before, error: wrong };
            continue;
        }
        try {
            const order = { type: 'set', setting, value: value as SettingValue } as const;
            const { confirmed } = await send(() => unit.execute(order));
            const after = confirmed ? (value as SettingValue) : undefined;
            outcomes[setting] = { ok: true, confirmed, before, after };
        } catch (error) {
            outcomes[setting] = { ok: false, confirmed: false, before, error: asUpsError(error, 'command-failed') };
        }
    }
    return outcomes;
}
