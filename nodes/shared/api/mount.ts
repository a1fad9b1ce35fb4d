import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { API_PATH } from './api-route';
import type * as Api from './api';
import { warnOfOpenSocket } from './open-socket';

interface OtherSettings {
    dashboard?: { middleware?: RequestHandler | RequestHandler[] };
    ui?: { middleware?: RequestHandler | RequestHandler[] };
    httpNodeMiddleware?: RequestHandler | RequestHandler[];
}

const handlers = (given: unknown): RequestHandler[] =>
    [given].flat().filter((each): each is RequestHandler => typeof each === 'function');

/**
 * Serves the HTTP API behind `httpNodeRoot`. Whatever guards the pages guards it too: Node-RED itself applies `httpNodeAuth`, and the middleware
 * of the dashboard and of the http nodes is applied here. The routes are loaded with the first request.
 * @returns the path as a browser sees it; undefined: `httpNodeRoot` is off
 */
export function mountApi(RED: NodeAPI): string | undefined {
    warnOfOpenSocket(RED);
    const { httpNodeRoot } = RED.settings as { httpNodeRoot?: string | false };
    if (httpNodeRoot === false) return undefined;
    const { dashboard, ui, httpNodeMiddleware } = RED.settings as OtherSettings;
    const guards = [...handlers((dashboard ?? ui)?.middleware), ...handlers(httpNodeMiddleware)];
    let api: typeof Api | undefined;
    const answer = (request: Request, response: Response, _next: NextFunction): void => {
        api ??= require('./api') as typeof Api;
        void api.serveApi(RED, request, response);
    };
    RED.httpNode.use(API_PATH, ...guards, answer);
    return `${(httpNodeRoot ?? '').replace(/\/$/, '')}${API_PATH}`;
}
