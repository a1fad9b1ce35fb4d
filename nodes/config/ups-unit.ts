import type { NodeAPI } from 'node-red';
import { ScalableClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
import { announceUnit } from '../shared/admin/admin';
import type { UpsSiteNode, UpsUnitNode } from '../shared/config/config-nodes';
import { flowOf } from '../shared/runtime/flow-of';
import { registerDeclared, settingsOrDefaults } from '../shared/settings/define-node';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { wordsOf } from '../shared/words/site-words';
import { errorText, eventText } from '../shared/words/texts';
import { settings } from './ups-unit.settings';

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (made, given) => {
        const node = made as UpsUnitNode;
        // A UPS with an invalid setting is still watched, with the default.
        const { name, site, ...config } = settingsOrDefaults(RED, node, settings, given);
        const siteNode = RED.nodes.getNode(site) as UpsSiteNode | null;
        node.site = siteNode?.runtime;
        if (site && !node.site) node.error(errorText(RED, new UpsError('config-missing', { property: 'site' })));
        node.unitClock = new ScalableClock(flowOf(RED).clock);
        node.unit = new UpsUnit({
            id: node.id,
            name: name || node.id,
            config,
            clock: node.unitClock,
            journal: node.site?.store ?? new MemoryJournal(),
            log: node.site?.store,
            text: (id, active, values) => eventText(wordsOf(RED, node.site), id, active, values),
            inWords: (part) => wordsOf(RED, node.site).text(part),
            problem: (error) => node.error(errorText(RED, error)),
            lasted: (eventId) => flowOf(RED).registry.lastedBefore(node.id, eventId, node.unitClock.speed),
        });
        flowOf(RED).registry.addSource(node.unit, node.site);
        const conceal = announceUnit(RED, node.unit, node.site);
        const { outletPulses } = flowOf(RED);
        whenFlowsStarted(RED, node, () => {
            node.unit.start();
            outletPulses.open(node.id, (error) => node.warn(errorText(RED, error)));
        });
        node.on('close', (done: () => void) => {
            outletPulses.close(node.id);
            flowOf(RED).registry.removeSource(node.unit);
            conceal();
            node.unit.destroy();
            done();
        });
    });
};
