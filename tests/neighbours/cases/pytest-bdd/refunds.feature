@scenario
Feature: Refunds

  @refunds
  Scenario: The money arrives
    Given an order that is paid
    When I give it back
    And a day goes by
    Then the refund is processed
