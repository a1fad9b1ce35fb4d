import type { NodeAPI } from 'node-red';
import { adminRoute } from '../admin/admin-route';
import { snmpAgent } from '../device/protocols';

/** The MIB files of the agent: `GET ridethrough/mib` has their names, `GET ridethrough/mib/<name>.txt` a file. */
export function serveMibFiles(RED: NodeAPI): void {
    adminRoute(RED, 'get', 'mib', 'flows.read', (_request, response) =>
        response.json(snmpAgent().MIB_FILES.map((name) => `${name}.txt`)),
    );
    adminRoute(RED, 'get', 'mib/:name', 'flows.read', ({ params }, response) => {
        const [, name = ''] = /^([A-Z-]{1,64})\.txt$/.exec(String(params.name)) ?? [];
        const text = snmpAgent().mibFile(name);
        if (text === undefined) {
            response.status(404).json({ error: 'not-found' });
            return;
        }
        response.type('text/plain').attachment(`${name}.txt`).send(text);
    });
}
