/** The pod of somebody who wants nothing special: one process that goes on until it is stopped. */
import { definePod } from 'ochopod-agent';

export default definePod({ configure: () => ({ command: ['/bin/sleep', '100000'] }) });
