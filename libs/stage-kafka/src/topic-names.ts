/** Maps the catalogue's names to a cluster's: an optional prefix stands before topics, groups and client ids. */
export class TopicNames {
  constructor(readonly prefix: string = '') {}

  toCluster(topic: string): string {
    return this.prefix + topic;
  }

  fromCluster(name: string): string {
    return name.startsWith(this.prefix) ? name.slice(this.prefix.length) : name;
  }

  /** `docket-<name>` behind the prefix: consumer groups and client ids. */
  group(name: string): string {
    return `${this.prefix}docket-${name}`;
  }
}
