import type { Node, NodeAPI } from 'node-red';
import type { Words } from '../../lib/core/language/words';
import { readSettings, type SettingsOf } from '../../lib/core/settings';
import { ThresholdSource, type ThresholdView } from '../../lib/core/thresholds/threshold-source';
import { unitOf as unitOfValue } from '../../lib/core/thresholds/values';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { inSiteUnit, type TemperatureUnit } from '../../lib/core/units/temperature';
import { unitOf } from '../shared/config/unit-of';
import { registerDeclared } from '../shared/settings/define-node';
import { attachSource, contextAt, type SourceContext } from '../shared/source/source-node';
import type { NodeState } from '../../lib/flow/ports';
import { wordsOf } from '../shared/words/site-words';
import { eventText, statusText } from '../shared/words/texts';
import { settings } from './ups-threshold.settings';

type Own = SettingsOf<typeof settings>;

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (node, config) => {
        const attached = attachSource(RED, node, () => {
            const own = readSettings(settings, config);
            const { unit, site } = unitOf(RED, own.ups);
            const context = contextAt(RED, site);
            const words = wordsOf(RED, context.site);
            const source = makeSource(words, node, own, unit, context);
            return {
                source,
                context,
                sentence: (level, active) => `${source.name}: ${eventText(words, `threshold-${level}`, active)}`,
                nodeStatus: () =>
                    nodeStatus(RED, own.value, source.view(), context.site?.temperatureUnit, unit.isSilent),
            };
        });
        node.on('input', (message, _send, done) => {
            if (message.topic === 'reset') attached?.source.reset();
            done();
        });
    });
};

function makeSource(words: Words, { id }: Node, own: Own, unit: UpsUnit, context: SourceContext): ThresholdSource {
    const { value } = own;
    const name = own.name || `${unit.name} ${value}`;
    return new ThresholdSource({
        id,
        name,
        config: own,
        unit,
        journal: context.journal,
        log: context.log,
        text: (level, active, figure) => {
            const sentence = `${name}: ${eventText(words, `threshold-${level}`, active)}`;
            return figure === undefined
                ? sentence
                : `${sentence} (${inUnit([figure], value, context.site?.temperatureUnit)})`;
        },
    });
}

function nodeStatus(
    RED: NodeAPI,
    value: string,
    { values, active, latched }: ThresholdView,
    site: TemperatureUnit | undefined,
    silent: boolean,
): [NodeState, string] {
    const figures = values.length > 0 ? inUnit(values, value, site) : '';
    const text = [latched ? statusText(RED, 'latched') : '', figures].filter(Boolean).join(' ');
    if (active) return [active, text || active];
    if (silent) return [figures ? 'lost' : 'never', statusText(RED, 'silent')];
    return figures ? ['ok', figures] : ['starting', statusText(RED, 'noReading')];
}

/** `40 %`, or one number for each line: `230 / 229.5 V`. */
function inUnit(figures: readonly number[], value: string, site: TemperatureUnit | undefined): string {
    const shown = figures.map((figure) => inSiteUnit(figure, unitOfValue(value), site));
    const rounded = shown.map((figure) => Math.round(figure.value * 10) / 10);
    return `${rounded.join(' / ')} ${shown[0]?.unit ?? ''}`;
}
