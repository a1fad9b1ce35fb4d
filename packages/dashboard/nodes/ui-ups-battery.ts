import type { NodeAPI } from 'node-red';
import { defineWidget } from './shared/define-widget';

export = (RED: NodeAPI): void => defineWidget(RED, 'ui-ups-battery');
