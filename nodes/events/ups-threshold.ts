import type { Node, NodeAPI } from 'node-red';
import type { Words } from '../../lib/core/language/words';
import { readSettings, type SettingsOf } from '../../lib/core/settings';
import { channelIn } from '../../lib/core/status/channels';
import { ThresholdSource } from '../../lib/core/thresholds/threshold-source';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { forPeople } from '../../lib/core/units/digits';
import { inSiteUnit } from '../../lib/core/units/temperature';
import type { Site } from '../../lib/flow/site';
import { unitOf } from '../shared/config/unit-of';
import { watchedId } from '../shared/fields/watched';
import { registerDeclared } from '../shared/settings/define-node';
import { attachSource, contextAt, type SourceContext } from '../shared/source/source-node';
import type { NodeState } from '../../lib/flow/ports';
import { wordsOf } from '../shared/words/site-words';
import { eventText, statusText } from '../shared/words/texts';
import { settings } from './ups-threshold.settings';

type Own = SettingsOf<typeof settings>;
type ShownAt = Pick<Site, 'temperatureUnit' | 'significantDigits'> | undefined;

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
                nodeStatus: () => nodeStatus(RED, source, context.site),
            };
        });
        node.on('input', (message, _send, done) => {
            if (message.topic === 'reset') attached?.source.reset();
            done();
        });
    });
};

function makeSource(words: Words, { id }: Node, own: Own, unit: UpsUnit, context: SourceContext): ThresholdSource {
    const value = watchedId(own);
    const name = own.name || `${unit.name} ${channelIn(value) ?? value}`;
    const source: ThresholdSource = new ThresholdSource({
        id,
        name,
        config: { ...own, value },
        unit,
        journal: context.journal,
        log: context.log,
        text: (level, active, figure) => {
            const sentence = `${name}: ${eventText(words, `threshold-${level}`, active)}`;
            return figure === undefined ? sentence : `${sentence} (${inUnit([figure], source.unit, context.site)})`;
        },
    });
    return source;
}

function nodeStatus(RED: NodeAPI, source: ThresholdSource, site: ShownAt): [NodeState, string] {
    const { values, active, latched } = source.view();
    const figures = values.length > 0 ? inUnit(values, source.unit, site) : '';
    const text = [latched ? statusText(RED, 'latched') : '', figures].filter(Boolean).join(' ');
    if (active) return [active, text || active];
    if (source.silent) return [figures ? 'lost' : 'never', statusText(RED, 'silent')];
    return figures ? ['ok', figures] : ['starting', statusText(RED, 'noReading')];
}

/** `40 %`, or one number for each line: `230 / 229.5 V`. */
function inUnit(figures: readonly number[], unit: string | undefined, site: ShownAt): string {
    const shown = figures.map((figure) => inSiteUnit(figure, unit, site?.temperatureUnit));
    const rounded = shown.map((figure) => forPeople(figure.value, site?.significantDigits, 1));
    return `${rounded.join(' / ')} ${shown[0]?.unit ?? ''}`.trim();
}
