import type { Response } from 'express';
import type { NodeAPI } from 'node-red';
import { healthViewOf } from '../config/battery-health';
import { keptBattery, type UpsBatteryNode } from '../config/battery-of';
import { exportedInventory, importInventory, labelsOf, layoutView, type KeptBattery } from '../config/battery-papers';
import { editorWords } from '../words/editor-words';
import { wordsOf } from '../words/site-words';
import { errorText } from '../words/texts';
import { adminRoute } from './admin-route';

/**
 * Adds what people read and write of a battery to the admin API, behind `batteries/<id of the ups-battery>/`: `GET inventory.csv`, `POST inventory`
 * (`{text}`, a CSV: `{ok, text}` says what was done, or what is wrong with it), `GET labels` (`?modules=1-10`), `GET layout`, `GET health`.
 */
export function serveBatteryPapers(RED: NodeAPI): void {
    const at = (id: unknown, response: Response, answer: (battery: KeptBattery) => unknown) => {
        const battery = keptBattery(RED.nodes.getNode(String(id)) as UpsBatteryNode | null);
        if (battery) answer(battery);
        else response.status(404).json({ error: 'not-found' });
    };
    adminRoute(RED, 'get', 'batteries/:id/inventory.csv', 'flows.read', ({ params }, response) =>
        at(params.id, response, (battery) =>
            response
                .type('text/csv; charset=utf-8')
                .attachment('ridethrough-inventory.csv')
                .send(exportedInventory(battery)),
        ),
    );
    adminRoute(RED, 'post', 'batteries/:id/inventory', 'flows.write', (request, response) =>
        at(request.params.id, response, (battery) => {
            const { text } = (request.body ?? {}) as { text?: unknown };
            const { username } = (request as { user?: { username?: string } }).user ?? {};
            try {
                const by = username ?? request.ip ?? '';
                response.json({ ok: true, text: importInventory(RED, battery, String(text ?? ''), by) });
            } catch (error) {
                response.json({ ok: false, text: errorText(editorWords(RED, request), error) });
            }
        }),
    );
    adminRoute(RED, 'get', 'batteries/:id/labels', 'flows.read', (request, response) =>
        at(request.params.id, response, (battery) => {
            try {
                response.type('html').send(labelsOf(RED, battery, request.query.modules));
            } catch (error) {
                response
                    .status(409)
                    .type('text/plain; charset=utf-8')
                    .send(errorText(editorWords(RED, request), error));
            }
        }),
    );
    adminRoute(RED, 'get', 'batteries/:id/layout', 'flows.read', ({ params }, response) =>
        at(params.id, response, (battery) => response.json(layoutView(battery, wordsOf(RED, battery.site)))),
    );
    adminRoute(RED, 'get', 'batteries/:id/health', 'flows.read', ({ params }, response) =>
        at(params.id, response, (battery) => response.json(healthViewOf(RED, battery))),
    );
}
