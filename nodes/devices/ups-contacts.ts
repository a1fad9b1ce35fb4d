import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { createContactsDriver, type ContactsDevice } from '../../lib/protocols/contacts/create-driver';
import { defineDevice } from '../shared/device/define-device';
import { asSentence, errorText } from '../shared/words/texts';
import { settings } from './ups-contacts.settings';

export = (RED: NodeAPI) => {
    const devices = new WeakMap<Node, ContactsDevice>();
    defineDevice(RED, settings, {
        driver(own, { clock, deployed }) {
            const device = createContactsDriver(own, clock, (problem) => deployed?.warn(problem));
            if (deployed) devices.set(deployed.node, device);
            return device.driver;
        },
        // Only a deployed node receives messages.
        tryDriver: (own, { clock }) => (own.source === 'message' ? undefined : createContactsDriver(own, clock).driver),
        onStart(node) {
            node.on('input', (message, _send, done) => {
                const device = devices.get(node);
                if (!device) {
                    done(asSentence(errorText(RED, new UpsError('config-missing', { property: 'ups' }))));
                    return;
                }
                try {
                    device.receive?.(message.topic, message.payload);
                    device.driver.pollNow();
                    done();
                } catch (error) {
                    done(asSentence(errorText(RED, error)));
                }
            });
        },
    });
};
