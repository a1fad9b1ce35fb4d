import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Words } from '../../lib/core/language/words';
import type { ThresholdLevelConfig } from '../../lib/core/thresholds/config';
import { ThresholdSource, type ThresholdView } from '../../lib/core/thresholds/threshold-source';
import { unitOf } from '../../lib/core/thresholds/values';
import { inSiteUnit, type TemperatureUnit } from '../../lib/core/units/temperature';
import { settingTick } from '../../lib/protocols/shared/setting-number';
import type { UpsUnitNode } from '../shared/config/config-nodes';
import type { Look } from '../shared/words/node-status';
import { attachSource, homeAt, type SourceHome } from '../shared/source/source-node';
import { wordsOf } from '../shared/words/site-words';
import { eventText, statusText } from '../shared/words/texts';

interface UpsThresholdConfig extends NodeDef {
    ups: string;
    /** Id of the watched value, e.g. `battery.chargePercent`. */
    value: string;
    /** A value that reaches a limit counts; default: only one beyond it. */
    atLimit?: boolean;
    warning: ThresholdLevelConfig;
    alarm: ThresholdLevelConfig;
}

export = (RED: NodeAPI) => {
    function UpsThreshold(this: Node, config: UpsThresholdConfig) {
        RED.nodes.createNode(this, config);
        const attached = attachSource(RED, this, () => {
            const unitNode = unitOfNode(RED, config);
            const home = homeAt(RED, unitNode.site);
            const words = wordsOf(RED, home.site);
            const source = makeSource(words, this, config, unitNode, home);
            return {
                source,
                home,
                sentence: (level, active) => `${source.name}: ${eventText(words, `threshold-${level}`, active)}`,
                look: () =>
                    look(RED, valueOf(config), source.view(), home.site?.temperatureUnit, unitNode.unit.isSilent),
            };
        });
        this.on('input', (message, _send, done) => {
            if (message.topic === 'reset') attached?.source.reset();
            done();
        });
    }
    RED.nodes.registerType('ups-threshold', UpsThreshold as never);
};

function valueOf({ value }: UpsThresholdConfig): string {
    return value || 'battery.chargePercent';
}

/** @throws UpsError config-missing */
function unitOfNode(RED: NodeAPI, config: UpsThresholdConfig): UpsUnitNode {
    const unitNode = RED.nodes.getNode(config.ups) as UpsUnitNode | null;
    if (!unitNode?.unit) throw new UpsError('config-missing', { property: 'ups' });
    return unitNode;
}

/** @throws UpsError config-missing, config-invalid */
function makeSource(words: Words, node: Node, config: UpsThresholdConfig, { unit }: UpsUnitNode, home: SourceHome) {
    const { warning, alarm, atLimit } = config;
    const value = valueOf(config);
    const name = config.name || `${unit.name} ${value}`;
    return new ThresholdSource({
        id: node.id,
        name,
        config: { value, warning, alarm, atLimit: settingTick('atLimit', atLimit, false) },
        unit,
        journal: home.journal,
        log: home.log,
        text: (level, active, figure) => {
            const sentence = `${name}: ${eventText(words, `threshold-${level}`, active)}`;
            return figure === undefined
                ? sentence
                : `${sentence} (${inUnit([figure], value, home.site?.temperatureUnit)})`;
        },
    });
}

function look(
    RED: NodeAPI,
    value: string,
    { values, active, latched }: ThresholdView,
    site: TemperatureUnit | undefined,
    silent: boolean,
): [Look, string] {
    const figures = values.length > 0 ? inUnit(values, value, site) : '';
    const text = [latched ? statusText(RED, 'latched') : '', figures].filter(Boolean).join(' ');
    if (active) return [active, text || active];
    if (silent) return [figures ? 'lost' : 'never', statusText(RED, 'silent')];
    return figures ? ['ok', figures] : ['starting', statusText(RED, 'noReading')];
}

/** `40 %`, or one figure per line: `230 / 229.5 V`. */
function inUnit(figures: readonly number[], value: string, site: TemperatureUnit | undefined): string {
    const shown = figures.map((figure) => inSiteUnit(figure, unitOf(value), site));
    const rounded = shown.map((figure) => Math.round(figure.value * 10) / 10);
    return `${rounded.join(' / ')} ${shown[0]?.unit ?? ''}`;
}
