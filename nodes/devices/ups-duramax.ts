import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { ContactsDevice } from '../../lib/protocols/contacts/create-driver';
import { defineDevice } from '../shared/device/define-device';
import { duramax } from '../shared/device/protocols';
import { asSentence, errorText } from '../shared/words/texts';
import { settings } from './ups-duramax.settings';

export = (RED: NodeAPI) => {
    const receivers = new WeakMap<Node, ContactsDevice['receive']>();
    defineDevice(RED, settings, {
        driver(own, { clock, deployed }) {
            const device = duramax().createDuramaxDriver(own, clock, (problem) => deployed?.warn(problem));
            if (deployed) receivers.set(deployed.node, device.receive);
            return device.driver;
        },
        // Only a deployed node receives messages.
        tryDriver: (own, { clock }) =>
            own.way === 'contacts' && own.source === 'message'
                ? undefined
                : duramax().createDuramaxDriver(own, clock).driver,
        ownMap: { property: 'ownMap', choice: 'map' },
        onStart(node, driver) {
            node.on('input', (message, _send, done) => {
                try {
                    if (!driver) throw new UpsError('config-missing', { property: 'ups' });
                    receivers.get(node)?.(message.topic, message.payload);
                    driver.pollNow();
                    done();
                } catch (error) {
                    done(asSentence(errorText(RED, error)));
                }
            });
        },
    });
};
