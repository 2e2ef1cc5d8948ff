/** The code under test. */

class Shop {
  constructor(url) {
    this.url = url;
  }

  async call(method, path, body) {
    const headers = { Authorization: "Bearer sk_test_me", "Content-Type": "application/json" };
    const answer = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    return (await answer.json()).data;
  }

  async giveBack(transaction, amount) {
    return (await this.call("POST", "/refund", { transaction, amount })).id;
  }

  async status(id) {
    return (await this.call("GET", `/refund/${id}`)).status;
  }
}

module.exports = { Shop };
