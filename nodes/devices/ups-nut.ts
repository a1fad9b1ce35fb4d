import type { NodeAPI } from 'node-red';
import { defineDevice } from '../shared/device/define-device';
import { nut } from '../shared/device/protocols';
import { tlsOptions } from '../shared/settings/tls';
import { settings } from './ups-nut.settings';

export = (RED: NodeAPI) => {
    defineDevice(RED, settings, {
        driver: (own, { clock }) => nut().createNutDriver({ ...own, tls: tlsOptions(RED, own.tls) }, clock),
    });
};
