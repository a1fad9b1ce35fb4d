import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import { answerApi } from './answer-api';
import { serveBatteryHealth } from './battery-health-api';
import { serveBatteries } from './battery-api';
import { serveCommands } from './command-api';
import { serveData } from './data-api';
import { serveEpisodes } from './episode-api';
import { serveLogs } from './log-api';
import { servePlan } from './plan-api';
import { servePorts } from './port-api';
import { serveReports } from './report-api';
import { serveState } from './state-api';

const served = new WeakSet<object>();

/** Answers a request to the API; the first one adds the routes of all parts. */
export function serveApi(RED: NodeAPI, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!served.has(RED.events)) {
        served.add(RED.events);
        serveState(RED);
        serveLogs(RED);
        serveEpisodes(RED);
        serveData(RED);
        serveCommands(RED);
        servePorts(RED);
        serveBatteryHealth(RED);
        serveBatteries(RED);
        servePlan(RED);
        serveReports(RED);
    }
    return answerApi(RED, request, response);
}
