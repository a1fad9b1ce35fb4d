import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import type { ThresholdLevelConfig } from '../../lib/core/thresholds/config';
import { ThresholdSource, type ThresholdView } from '../../lib/core/thresholds/threshold-source';
import { unitOf } from '../../lib/core/thresholds/values';
import type { UpsUnitNode } from '../shared/config-nodes';
import { EdgeRelay } from '../shared/edge-relay';
import { hub } from '../shared/hub';
import { StatusLamp, type Look } from '../shared/node-status';
import { whenStarted } from '../shared/started';
import { errorText, eventText, statusText } from '../shared/texts';

interface UpsThresholdConfig extends NodeDef {
    ups: string;
    /** Id of the watched value, e.g. `battery.chargePercent`. */
    value: string;
    warning: ThresholdLevelConfig;
    alarm: ThresholdLevelConfig;
}

export = (RED: NodeAPI) => {
    function UpsThreshold(this: Node, config: UpsThresholdConfig) {
        RED.nodes.createNode(this, config);
        const lamp = new StatusLamp(this);
        let source: ThresholdSource;
        let unitNode: UpsUnitNode;
        try {
            unitNode = unitOfNode(RED, config);
            source = makeSource(RED, this, config, unitNode);
        } catch (error) {
            lamp.show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, error));
            return;
        }
        const journal = unitNode.site?.store ?? new MemoryJournal();
        const sentence = (level: string, active: boolean) =>
            `${source.name}: ${eventText(RED, `threshold-${level}`, active)}`;
        const show = () => lamp.show(...look(RED, config.value, source.view()));
        const relay = new EdgeRelay(this, source, journal, new Set(), sentence, show);
        hub.addSource(source, unitNode.site);
        source.subscribe(show);
        whenStarted(RED, this, () => {
            relay.start();
            source.start();
        });
        this.on('input', (message, _send, done) => {
            if (message.topic === 'reset') source.reset();
            done();
        });
        this.on('close', (done: () => void) => {
            hub.removeSource(source);
            source.destroy();
            relay.destroy();
            done();
        });
    }
    RED.nodes.registerType('ups-threshold', UpsThreshold as never);
};

/** @throws UpsError config-missing */
function unitOfNode(RED: NodeAPI, config: UpsThresholdConfig): UpsUnitNode {
    const unitNode = RED.nodes.getNode(config.ups) as UpsUnitNode | null;
    if (!unitNode?.unit) throw new UpsError('config-missing', { property: 'ups' });
    if (!config.value) throw new UpsError('config-missing', { property: 'value' });
    return unitNode;
}

/** @throws UpsError config-missing, config-invalid */
function makeSource(RED: NodeAPI, node: Node, config: UpsThresholdConfig, { unit, site }: UpsUnitNode) {
    const { value, warning, alarm } = config;
    const name = config.name || `${unit.name} ${value}`;
    return new ThresholdSource({
        id: node.id,
        name,
        config: { value, warning, alarm },
        unit,
        journal: site?.store ?? new MemoryJournal(),
        log: site?.store,
        text: (level, active, figure) => {
            const sentence = `${name}: ${eventText(RED, `threshold-${level}`, active)}`;
            return figure === undefined ? sentence : `${sentence} (${inUnit([figure], value)})`;
        },
    });
}

function look(RED: NodeAPI, value: string, { values, active, latched }: ThresholdView): [Look, string] {
    const figures = values.length > 0 ? inUnit(values, value) : '';
    const text = [latched ? statusText(RED, 'latched') : '', figures].filter(Boolean).join(' ');
    if (active) return [active === 'alarm' ? 'error' : 'warning', text || active];
    return figures ? ['ok', figures] : ['connecting', statusText(RED, 'noReading')];
}

/** `40 %`, or one figure per line: `230 / 229.5 V`. */
function inUnit(figures: readonly number[], value: string): string {
    const rounded = figures.map((figure) => Math.round(figure * 10) / 10);
    return `${rounded.join(' / ')} ${unitOf(value) ?? ''}`;
}
