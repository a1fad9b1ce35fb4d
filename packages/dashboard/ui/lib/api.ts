/** A refusal of the HTTP API, or none at all: `code` is its error code, or `no-answer`. */
export class ApiError extends Error {
    constructor(
        readonly code: string,
        readonly status: number,
        readonly data: Readonly<Record<string, unknown>> = {},
    ) {
        super(code);
    }

    /** A sentence that the server has written, in the language of the site. */
    get sentence(): string | undefined {
        const { text, message } = this.data;
        return [text, message].find((each): each is string => typeof each === 'string');
    }
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** The HTTP API of the main package. Everything but the live views comes from here, and every command goes here. */
export class Api {
    /** @param root e.g. `/ridethrough/api/v1`; undefined until the server has told it */
    constructor(
        private readonly root: () => string | undefined,
        private readonly fetch: typeof globalThis.fetch = (...args) => globalThis.fetch(...args),
    ) {}

    /** The answer as JSON. @throws ApiError */
    async get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
        return (await this.ask('GET', path, { query, signal })).json() as Promise<T>;
    }

    /** The answer as bytes. @throws ApiError */
    async bytes(path: string, query: Query = {}, signal?: AbortSignal): Promise<ArrayBuffer> {
        return (await this.ask('GET', path, { query, signal })).arrayBuffer();
    }

    /** @throws ApiError */
    async post<T = unknown>(path: string, body: object): Promise<T> {
        return jsonOf<T>(await this.ask('POST', path, { body }));
    }

    /** @throws ApiError */
    async remove<T = unknown>(path: string, query: Query): Promise<T> {
        return jsonOf<T>(await this.ask('DELETE', path, { query }));
    }

    /** An address to download from or to link to; undefined while there is no API. */
    url(path: string, query: Query = {}): string | undefined {
        const root = this.root();
        if (root === undefined) return undefined;
        const search = new URLSearchParams();
        for (const [name, value] of Object.entries(query)) {
            if (value === undefined) continue;
            for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each));
        }
        const text = search.toString();
        return `${root}/${path}${text ? `?${text}` : ''}`;
    }

    private async ask(
        method: string,
        path: string,
        { query = {}, body, signal }: { query?: Query; body?: object; signal?: AbortSignal | undefined },
    ): Promise<Response> {
        const url = this.url(path, query);
        if (url === undefined) throw new ApiError('no-api', 0);
        const headers: Record<string, string> = { Accept: 'application/json' };
        // No page of another origin can set this header without being asked first.
        if (method !== 'GET') headers['X-Ridethrough'] = '1';
        if (body) headers['Content-Type'] = 'application/json';
        let response: Response;
        try {
            response = await this.fetch(url, {
                method,
                headers,
                credentials: 'same-origin',
                ...(body ? { body: JSON.stringify(body) } : {}),
                ...(signal ? { signal } : {}),
            });
        } catch (error) {
            if (signal?.aborted) throw error;
            throw new ApiError('no-answer', 0);
        }
        if (response.ok) return response;
        throw await errorOf(response);
    }
}

async function errorOf(response: Response): Promise<ApiError> {
    const data = await response.json().catch(() => ({}));
    const plain = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
    const code = typeof plain.error === 'string' ? plain.error : `http-${response.status}`;
    return new ApiError(code, response.status, plain);
}

async function jsonOf<T>(response: Response): Promise<T> {
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as T;
}
