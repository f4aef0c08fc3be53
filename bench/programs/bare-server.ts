/** The least that has a port: what an idle Node process costs. */
import { createServer } from 'node:http';

createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
