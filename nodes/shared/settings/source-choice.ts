import type { Node } from 'node-red';
import type { Receiver } from '../../../lib/flow/delivery/own-input';
import type { SourceChoice } from '../../../lib/flow/source-choice';
import { settingTick } from '../../../lib/protocols/shared/setting-number';

/** Which sources a node is about that is wired to none, as a dialog holds it. */
export interface SourceChoiceConfig {
    ups?: string;
    site?: string;
    /** Default: yes. */
    otherSources?: boolean | string;
    /** Default: no. */
    schedules?: boolean | string;
}

/** @throws UpsError config-invalid */
export function sourceChoice({ ups, site, otherSources, schedules }: SourceChoiceConfig): SourceChoice {
    return {
        ups,
        site,
        otherSources: settingTick('otherSources', otherSources, true),
        schedules: settingTick('schedules', schedules, false),
    };
}

/** A node as what hands it events without a wire sees it. */
export function asReceiver(node: Node): Receiver {
    return { id: node.id, receive: (message) => node.receive(message as never) };
}
