import { toCelsius, toFahrenheit } from '../../lib/core/units/temperature';
import { configsOf, onlyOf } from './nodes-of-flow';

/** Converts a stored number to the one that the dialog shows, and back. */
export interface Scale {
    shown(stored: number): number;
    stored(shown: number): number;
}

export const scale: Readonly<Record<'plain' | 'fahrenheit', Scale>> = {
    plain: { shown: (value) => value, stored: (value) => value },
    fahrenheit: { shown: toFahrenheit, stored: toCelsius },
};

/** Whether the site (or the only site) shows temperatures in °F. Flows always store °C. */
export function wantsFahrenheit(siteId: unknown): boolean {
    const site = RED.nodes.node(siteId) ?? onlyOf(configsOf('ups-site'));
    return site?.temperatureUnit === 'F';
}

/** The scale for the limits of a threshold on `value` of the UPS `unitId`. */
export function scaleOf(value: unknown, unitId: unknown): Scale {
    const temperature = /temperature$/i.test(String(value));
    return temperature && wantsFahrenheit(RED.nodes.node(unitId)?.site) ? scale.fahrenheit : scale.plain;
}

interface TemperatureFields {
    /** Names of fields that are temperatures. */
    limits: readonly string[];
    /** Names of fields that are differences of temperatures: a hysteresis. */
    differences: readonly string[];
    wanted(): boolean;
}

/** Shows number fields in °F while `wanted()` is true. Call `sync` when that may have changed, and `restore` before the fields are read. */
export function temperatureFields({ limits, differences, wanted }: TemperatureFields) {
    let fahrenheit = false;
    const each = (names: readonly string[], convert: (value: number) => number) => {
        for (const name of names) {
            const field = $(`#node-input-${name}`);
            const text = String(field.val() ?? '').trim();
            if (text !== '' && Number.isFinite(Number(text))) field.val(convert(Number(text)));
        }
    };
    const turn = (want: boolean) => {
        if (want === fahrenheit) return;
        each(limits, want ? toFahrenheit : toCelsius);
        each(differences, (value) => Number((want ? value * 1.8 : value / 1.8).toPrecision(10)));
        fahrenheit = want;
        for (const name of [...limits, ...differences]) {
            const row = $(`#node-input-${name}`).closest('.form-row');
            row.find('.ridethrough-fahrenheit').remove();
            if (want)
                $('<span class="ridethrough-unit ridethrough-fahrenheit"></span>')
                    .text('°F')
                    .insertAfter(row.find('input').first());
        }
    };
    const sync = () => turn(wanted());
    sync();
    return { sync, restore: () => turn(false) };
}
