import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Topic } from '../../lib/messages';
import type { Group } from './dashboard-types';
import { placeOf, pluginOf } from './plugin';
import { sourceOf } from './widgets';

interface WidgetConfig extends NodeDef {
    group: string;
}

/** Registers one widget: a place on a page. What it shows comes from the feed, and from the HTTP API. */
export function defineWidget(RED: NodeAPI, type: string): void {
    function construct(this: Node, config: WidgetConfig): void {
        RED.nodes.createNode(this, config);
        const group = RED.nodes.getNode(config.group) as Group | null;
        if (!group) {
            this.status({ fill: 'red', shape: 'ring', text: `${type}.status.no-group` });
            return;
        }
        if (!RED.plugins.get('ridethrough')) {
            this.status({ fill: 'red', shape: 'ring', text: `${type}.status.no-package` });
            this.warn(RED._(`${type}.error.no-package`));
        }
        const { feed } = pluginOf(RED);
        const base = group.getBase();
        group.register(this, config, {
            // The dashboard keeps this hook over a full deploy, and no other that can answer one page.
            onChange: (_message, value, connection, id) => feed.ask(connection, id, topicsIn(value), placeOf(base)),
            onError: (error) => this.error(error),
        });
        const placed = base.ui.widgets.get(this.id);
        if (placed) placed.src ??= sourceOf(type);
        this.on('close', (_removed: boolean, done: () => void) => {
            feed.forget(this.id);
            done();
        });
    }
    RED.nodes.registerType(type, construct);
}

const TOPIC =
    /^(state|sources|plan|failures|log|batteries|(unit|battery|health|inventory|blocks:(voltage|temperature|impedance|charge|equalizing)):[\w./-]{1,100})$/;
const MOST_TOPICS = 20;

/** What anybody may send over the socket. */
function topicsIn(value: unknown): Topic[] {
    const topics = (value as { topics?: unknown } | null | undefined)?.topics;
    if (!Array.isArray(topics)) return [];
    return topics
        .slice(0, MOST_TOPICS)
        .filter((topic): topic is Topic => typeof topic === 'string' && TOPIC.test(topic));
}
