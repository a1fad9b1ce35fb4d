import type { BarView } from '../../../../../lib/views';
import type { Page } from '../../lib/page';

/** "UPS 1 on battery for 12 min, presumed for 3 min: it does not answer, and 2 more". */
export function headlineOf({ headline }: BarView, units: number, { say, running, formats }: Page): string {
    const { state, others, presumed } = headline;
    const name = headline.unitName ?? headline.sourceName;
    if (name === undefined) return say('bar.noUnit');
    if (state === 'ok' && others + 1 === units) return say('bar.headline.ok', { name, count: units });
    const parts = [mainPart(name)];
    if (presumed) {
        const seconds = running(headline, 'presumedSeconds');
        const key = presumed === 'silent' && seconds === undefined ? 'restart' : presumed;
        parts.push(say(`bar.presumed.${key}`, { duration: formats.duration(seconds) }));
    }
    if (others > 0) parts.push(say('bar.others', { count: others }));
    return parts.join(', ');

    function mainPart(name: string): string {
        if (state === 'ok') return say('bar.headline.okSome', { name });
        if (state !== 'outage') return say(`bar.headline.${state}`, { name });
        const seconds = running(headline, 'secondsOnBattery');
        if (seconds === undefined) return say('bar.headline.outageUnknown', { name });
        return say('bar.headline.outage', { name, duration: formats.duration(seconds) });
    }
}
